"""기사제보 and 광고신청: letters to the desk."""

from flask import Blueprint

blueprint = Blueprint("tips", __name__)
