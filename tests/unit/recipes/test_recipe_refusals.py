"""A recipe that is wrong is refused with the file, the line, the field and what to write instead."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from safelight.errors import RecipeError
from safelight.recipes.load import load_recipe, parse_recipe

HEAD = "version: 1\nname: mine\n"  # two lines, so what follows begins on line 3


def refusal(text: str) -> RecipeError:
    with pytest.raises(RecipeError) as refused:
        parse_recipe(text, source="mine.yaml")
    return refused.value


def of_variant(fields: str) -> str:
    """A recipe whose only variant is named `a` on line 4 and has `fields` from line 5 on."""
    return f"{HEAD}variants:\n  - name: a\n{textwrap.indent(textwrap.dedent(fields), '    ')}\n"


def of_watermark(fields: str) -> str:
    """The same, whose watermark begins on line 5 and has `fields` from line 6 on."""
    return of_variant("watermark:\n" + textwrap.indent(textwrap.dedent(fields), "  "))


def of_output(fields: str) -> str:
    """A recipe with one variant, and `fields` of the output from line 6 on."""
    return f"{of_variant('').rstrip()}\noutput:\n{textwrap.indent(textwrap.dedent(fields), '  ')}\n"


def assert_refused(text: str, *, line: int, field: str, wrong: str, remedy: str) -> None:
    error = refusal(text)
    assert error.where == f"mine.yaml:{line}"
    assert error.field == field
    assert wrong in error.message
    assert remedy in (error.remedy or "")
    assert str(error).startswith(f"mine.yaml:{line}: {field}: ")


@pytest.mark.parametrize(
    ("fields", "field", "wrong", "remedy"),
    [
        ("width: 0", "width", "0 should be at least 1", "`width: 1024`"),
        ("width: -5", "width", "-5 should be at least 1", "`width: 1024`"),
        ("height: 65536", "height", "65536 should be at most 65535", "`height: 768`"),
        ('width: "2048"', "width", "'2048' should be a whole number without quotes", "`width: 1024`"),
        ("width: 20.5", "width", "20.5 should be a whole number", "`width: 1024`"),
        ("width: true", "width", "true should be a whole number", "`width: 1024`"),
        ("width: [1, 2]", "width", "a list of 2 should be a whole number", "`width: 1024`"),
        ("width:", "width", "has no value", "remove the line"),
        ("background: #fff", "background", "has no value", "a colour needs quotes"),
        ("background: beige", "background", "'beige' is not a colour", '`"#rrggbb"`'),
        ("quality: 0", "quality", "0 should be at least 1", "`quality: 80`"),
        ("quality: 101", "quality", "101 should be at most 100", "`quality: 80`"),
        ("effort: 10", "effort", "10 should be at most 9", "`effort: 4`"),
        ("effort: -1", "effort", "-1 should be at least 0", "`effort: 4`"),
        ("format: jpg", "format", "'jpg' is not one of jpeg, png", "Write `jpeg`."),
        ("format: heic", "format", "'heic' is not one of", "`format: webp`"),
        ("fit: crop", "fit", "'crop' is not one of inside", "Write `cover`."),
        ("fit: insde", "fit", "'insde' is not one of inside", "Write `inside`."),
        ("position: center", "position", "'center' is not one of centre", "Write `centre`."),
        ("position: top-left", "position", "'top-left' is not one of", "Write `north-west`."),
        ("position: South_East", "position", "'South_East' is not one of", "Write `south-east`."),
        ("position: {x: 1, y: 2}", "position", "is not one of centre", "`position: attention`"),
        ("metadata: keep", "metadata", "'keep' is not one of none", "Write `all`."),
        ("colour: rgb", "colour", "'rgb' is not one of srgb", "Write `srgb`."),
        ("sharpen: maybe", "sharpen", "'maybe' should be true or false", "`sharpen: false`"),
        ("color: srgb", "color", "is not a field here", "Write `colour`."),
        ("qualty: 80", "qualty", "is not a field here", "Write `quality`."),
        ("watermarks: []", "watermarks", "is not a field here", "Write `watermark`."),
        ("key: x", "key", "is not a field here", "It belongs under `output`."),
        ("version: 1", "version", "is not a field here", "at the top of the file"),
        ("zzz: 1", "zzz", "is not a field here", "Known here: name, width, height"),
        ("name: b", "name", "is given twice", "Keep one of them."),
        ('watermark: "© Studio"', "watermark", "should be a section", '`watermark: {text: "© Studio"}`'),
    ],
)
def test_a_field_that_is_wrong_on_its_own(fields: str, field: str, wrong: str, remedy: str) -> None:
    assert_refused(of_variant(fields), line=5, field=f"variants.0.{field}", wrong=wrong, remedy=remedy)


@pytest.mark.parametrize(
    ("fields", "line", "field", "wrong", "remedy"),
    [
        ("width: 300\nfit: cover", 6, "fit", "needs both width and height", "`height: 600`"),
        ("height: 300\nfit: contain", 6, "fit", "needs both width and height", "`width: 600`"),
        ("fit: fill", 5, "fit", "needs both width and height", "`width: 600` and `height: 600`"),
        ("fit: outside", 5, "fit", "needs a width or a height", "`width: 800`"),
        ("width: 9\nposition: attention", 6, "position", "means nothing with `fit: inside`", "`fit: cover`"),
        ("width: 9\nheight: 9\nfit: fill\nposition: north", 8, "position", "means nothing", "`fit: cover`"),
        ("format: jpeg\nlossless: true", 6, "lossless", "`format: jpeg` cannot", "`format: webp`"),
        ("format: gif\nlossless: true", 6, "lossless", "`format: gif` cannot", "`format: webp`"),
        ("lossless: true", 5, "lossless", "`format: original` cannot", "`format: webp`"),
        ("format: webp\nlossless: true\nquality: 80", 7, "quality", "has no quality", "Remove `quality`"),
        ("format: png\nquality: 80", 6, "quality", "a png has no quality", "Remove `quality`"),
        ("format: gif\nquality: 80", 6, "quality", "a gif has no quality", "Remove `quality`"),
        ("format: webp\nwidth: 16384", 6, "width", "the 16383 px of the largest webp", "`width: 16383`"),
        ("format: avif\nwidth: 16385", 6, "width", "the 16384 px of the largest avif", "`width: 16384`"),
        ("format: jpeg\nheight: 65501", 6, "height", "the 65500 px of the largest jpeg", "`height: 65500`"),
        (
            'format: jpeg\nbackground: "#00000080"',
            6,
            "background",
            "no transparency",
            '`background: "#000000"`',
        ),
        ("format: gif\ncolour: p3", 6, "colour", "holds no colour profile", "Remove `colour`"),
        ("linear: true", 5, "linear", "keeps the original's size", "`width: 1024`"),
        ("enlarge: true", 5, "enlarge", "keeps the original's size", "`width: 1024`"),
    ],
)
def test_fields_that_contradict_each_other(
    fields: str, line: int, field: str, wrong: str, remedy: str
) -> None:
    assert_refused(of_variant(fields), line=line, field=f"variants.0.{field}", wrong=wrong, remedy=remedy)


@pytest.mark.parametrize(
    ("fields", "line", "field", "wrong", "remedy"),
    [
        ("opacity: 0.5", 5, "text", "neither a text nor an image", '`text: "© Studio"`'),
        ('text: ""', 6, "text", "cannot be drawn", "1 to 500 characters"),
        ('text: "a\\x07b"', 6, "text", "control characters", "plain text"),
        ("text: 2026", 6, "text", "2026 should be text", '`text: "© Studio"`'),
        ("text: a\nsize: 0", 7, "size", "0 would make it invisible", "`4%`"),
        ("text: a\nsize: 200%", 7, "size", "'200%' is more than 100%", "`100%`"),
        ("text: a\nmargin: wide", 7, "margin", "'wide' is not a length", "`4%`"),
        ("text: a\nopacity: 0", 7, "opacity", "0 should be more than 0", "`opacity: 0.7`"),
        ("text: a\nopacity: 70", 7, "opacity", "70 should be at most 1", "`opacity: 0.7`"),
        ("text: a\nopacity: .nan", 7, "opacity", "should be an ordinary number", "`opacity: 0.7`"),
        ("text: a\nposition: attention", 7, "position", "is not a position", "one of centre"),
        ("text: a\nposition: bottom-right", 7, "position", "is not a position", "`position: south-east`"),
        ("text: a\nposition: {x: 1}", 7, "position", "is not a position", "`position: {x: 10, y: 10}`"),
        (
            "text: a\nposition: {x: -1, y: 0}",
            7,
            "position",
            "is not a position",
            "`position: {x: 10, y: 10}`",
        ),
        ("text: a\nposition: {x: 1, y: 2}\nmargin: 4", 8, "margin", "change nothing", "Remove `margin`"),
        ("text: a\ncolor: red", 7, "color", "is not a field here", "Write `colour`."),
        ("image: ../missing.png", 6, "image", "No such file", "relative to the recipe file"),
        ("image: 5", 6, "image", "5 is not the path of an image", "`image: logo.png`"),
    ],
)
def test_a_watermark_that_is_wrong(fields: str, line: int, field: str, wrong: str, remedy: str) -> None:
    text = of_watermark(fields)
    assert_refused(text, line=line, field=f"variants.0.watermark.{field}", wrong=wrong, remedy=remedy)


def test_a_watermark_in_a_list_is_named_by_its_number() -> None:
    text = of_variant("watermark:\n  - text: a\n  - text: b\n    sise: 4%")
    assert_refused(text, line=8, field="variants.0.watermark.1.sise", wrong="not a field", remedy="`size`")


@pytest.mark.parametrize(
    ("fields", "field", "wrong", "remedy"),
    [
        ('key: "../{key}"', "key", "would leave the bucket", "plain folder names"),
        ('key: "/{key}"', "key", "neither begins nor ends with `/`", "Remove that slash"),
        ('key: "{image_id}/{id}.{ext}"', "key", "`{id}` is not a placeholder", "{image_id} {version}"),
        ('key: "all.{ext}"', "key", "every image would get the same keys", "`{image_id}` or `{key}`"),
        ("key: 5", "key", "5 should be text", '`key: "{image_id}/{version}/{variant}.{ext}"`'),
        ('cache_control: "a\\nSet-Cookie: b"', "cache_control", "cannot be an HTTP header", "one line"),
        ("content_disposition: download", "content_disposition", "not a content disposition", "`attachment`"),
    ],
)
def test_an_output_that_is_wrong(fields: str, field: str, wrong: str, remedy: str) -> None:
    assert_refused(of_output(fields), line=6, field=f"output.{field}", wrong=wrong, remedy=remedy)


@pytest.mark.parametrize(
    ("fields", "field", "wrong", "remedy"),
    [
        ("max_bytes: 50XB", "max_bytes", "'50XB' is not a size", "`50MB`"),
        ("max_bytes: 3GB", "max_bytes", "more than can be processed", "`2147483647`"),
        ("max_megapixels: 0", "max_megapixels", "0 should be more than 0", "`max_megapixels: 100`"),
        ("max_megapixels: .inf", "max_megapixels", "ordinary number", "`max_megapixels: 100`"),
        ("max_frames: 0", "max_frames", "0 should be at least 1", "`max_frames: 200`"),
        ("formats: []", "formats", "an empty list should be at least one entry", "`formats: [jpeg, png]`"),
        ("formats: jpeg", "formats", "'jpeg' should be a list", "`formats: [jpeg, png]`"),
        ("formats: [jpg]", "formats.0", "'jpg' is not one of jpeg", "Write `jpeg`."),
        ("formats: [svg]", "formats.0", "'svg' is not one of jpeg", "`formats: [jpeg, png]`"),
        ("max_mb: 1", "max_mb", "is not a field here", "Known here: formats, max_bytes"),
    ],
)
def test_limits_that_are_wrong(fields: str, field: str, wrong: str, remedy: str) -> None:
    text = f"{HEAD}accept:\n  {fields}\nvariants: [{{name: a}}]\n"
    assert_refused(text, line=4, field=f"accept.{field}", wrong=wrong, remedy=remedy)


@pytest.mark.parametrize(
    ("text", "line", "field", "wrong", "remedy"),
    [
        ("name: a\nvariants: [{name: a}]", 1, "version", "is missing", "`version: 1`"),
        ("version: 2\nname: a\nvariants: [{name: a}]", 1, "version", "2 is not a version", "`version: 1`"),
        ("version: true\nname: a\nvariants: [{name: a}]", 1, "version", "True is not", "`version: 1`"),
        ("version: 1\nvariants: [{name: a}]", 1, "name", "is missing", "`name: web`"),
        ("version: 1\nname: no\nvariants: [{name: a}]", 2, "name", "false should be text", "`name: web`"),
        ("version: 1\nname: a b\nvariants: [{name: a}]", 2, "name", "'a b' cannot be a name", "letters"),
        ("version: 1\nname: ../a\nvariants: [{name: a}]", 2, "name", "cannot be a name", "letters"),
        (HEAD, 1, "variants", "is missing", "`variants: [{name: large, width: 2048}]`"),
        (HEAD + "variants: []", 3, "variants", "at least one entry", "`variants: ["),
        (HEAD + "variants: {name: a}", 3, "variants", "a section should be a list", "`variants: ["),
        (HEAD + "variants: [a]", 3, "variants.0", "'a' should be a section", "`variants: ["),
        (HEAD + "variants:\n  - width: 5", 4, "variants.0.name", "is missing", "`name: large`"),
        (HEAD + "accept: 5\nvariants: [{name: a}]", 3, "accept", "5 should be a section", "`accept: {"),
        (
            HEAD + "variant: [{name: a}]\nvariants: [{name: a}]",
            3,
            "variant",
            "not a field",
            "Write `variants`.",
        ),
        (HEAD + "width: 5\nvariants: [{name: a}]", 3, "width", "not a field", "It belongs under `variants`."),
    ],
)
def test_a_file_with_the_wrong_sections(text: str, line: int, field: str, wrong: str, remedy: str) -> None:
    assert_refused(text, line=line, field=field, wrong=wrong, remedy=remedy)


def test_two_variants_of_one_name() -> None:
    text = HEAD + "variants:\n  - name: a\n  - name: b\n  - name: A\n"
    assert_refused(text, line=6, field="variants.2.name", wrong="variants.0 too", remedy="name of its own")


def test_variants_that_would_share_a_key() -> None:
    text = HEAD + 'variants: [{name: a, format: webp}, {name: b}]\noutput:\n  key: "{image_id}.{ext}"\n'
    assert_refused(text, line=5, field="output.key", wrong="'a' and 'b' could get", remedy="`{variant}`")


@pytest.mark.parametrize(
    ("text", "line", "wrong", "remedy"),
    [
        ("", 1, "not a mapping", "Begin it with `version: 1`"),
        ("- a\n- b", 1, "not a mapping", "Begin it with"),
        ("version: 1\nname: [", 2, "not valid YAML", "Indent by two spaces"),
        ("version: 1\n\tname: a", 2, "not valid YAML", "without tabs"),
        ("version: 1\n---\nversion: 1", 2, "not valid YAML", "Indent"),
        ("version: 1\nname: *unknown", 2, "undefined alias", "Indent"),
        ("version: 1\nname: !!python/object:os.system a", 2, "not valid YAML", "Indent"),
        ("version: 1\nname: a\x07", 2, "a character that YAML does not allow", "Remove it"),
        ("version: 1\nname: 2026-99-99", 1, "cannot be read", "quotes"),
        ("version: 1\n5: a", 2, "the name of a field is not text", "quotes"),
        ("version: 1\n? [a]\n: b", 2, "the name of a field is not text", "quotes"),
        ("version: 1\nvariants: &a [*a]", 2, "contains itself", "Write the values out"),
    ],
)
def test_a_text_that_is_no_recipe_at_all(text: str, line: int, wrong: str, remedy: str) -> None:
    error = refusal(text)
    assert error.where == f"mine.yaml:{line}"
    assert error.field is None
    assert wrong in error.message
    assert remedy in (error.remedy or "")


def test_endless_nesting_is_refused_and_does_not_end_the_process() -> None:
    assert "cannot be read" in refusal("version: " + "[" * 3000).message


def test_all_problems_are_listed_in_the_order_of_the_file() -> None:
    error = refusal(
        HEAD
        + textwrap.dedent(
            """\
            accept:
              max_bites: 5
            variants:
              - name: a
                format: jpg
                width:
              - name: b
                fit: cover
              - name: b
            output:
              key: "{oops}"
            """
        )
    )
    starts = [
        "mine.yaml:4: accept.max_bites: ",
        "mine.yaml:7: variants.0.format: ",
        "mine.yaml:8: variants.0.width: ",
        "mine.yaml:10: variants.1.fit: ",
        "mine.yaml:11: variants.2.name: ",
        "mine.yaml:13: output.key: ",
    ]
    lines = error.message.splitlines()
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))
    assert all("Write" in line or "Add" in line or "Give" in line or "remove" in line for line in lines)
    assert (error.where, error.field) == ("mine.yaml:4", "accept.max_bites")


def test_a_field_merged_from_an_anchor_is_reported_where_it_stands() -> None:
    text = HEAD + "variants:\n  - &base\n    name: a\n    width: 0\n  - <<: *base\n    name: b\n"
    error = refusal(text)
    assert [line.split(": ")[0] for line in error.message.splitlines()] == ["mine.yaml:6", "mine.yaml:6"]


@pytest.mark.parametrize(
    ("name", "wrong", "remedy"),
    [
        ("nothing/here.yaml", "No such file", "web, five-variants"),
        ("folder.yaml", "Is a directory", "web, five-variants"),
        ("latin.yaml", "not text in UTF-8", "Save it as UTF-8"),
        ("huge.yaml", "larger than a recipe can be", "Name a recipe file"),
        ("a\0.yaml", "not a possible file name", "web, five-variants"),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, wrong: str, remedy: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.yaml").mkdir()
    Path("latin.yaml").write_bytes("name: é".encode("latin-1"))
    Path("huge.yaml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(RecipeError) as refused:
        load_recipe(name)
    assert wrong in refused.value.message
    assert remedy in (refused.value.remedy or "")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("wbe", "Did you mean `web`?"), ("five_variants", "`five-variants`"), ("qqq", "Shipped are web, five-")],
)
def test_a_name_that_is_not_shipped(name: str, remedy: str) -> None:
    with pytest.raises(RecipeError, match=f"no shipped recipe '{name}'") as refused:
        load_recipe(name)
    assert remedy in (refused.value.remedy or "")
    assert "./my.yaml" in (refused.value.remedy or "")
