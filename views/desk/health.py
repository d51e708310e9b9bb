"""How the server is: what the doctor finds, and the last run of each regular job."""

from pathlib import Path

from flask import Blueprint, current_app, render_template

from domain.keeping import doctor, jobs

blueprint = Blueprint("desk_health", __name__, url_prefix="/desk/health")


@blueprint.get("")
def index() -> str:
    found = doctor.findings(current_app.config["SETTINGS"], Path(current_app.root_path))
    runs = jobs.last_runs()
    return render_template(
        "desk/health/index.html",
        findings=found,
        is_well=all(finding.level != doctor.BAD for finding in found),
        job_error=jobs.error_in_words,
        jobs=[(label, runs.get(name)) for name, label in jobs.LABELS.items()],
    )
