"""Examines an installation and a home folder; changes nothing. Begin reading at examination.py."""
