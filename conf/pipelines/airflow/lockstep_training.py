"""Prepares a corpus, trains on it, evaluates the run and reports: Lockstep on Spark, as an Airflow DAG.

For Airflow 2.4 or later; its workers need bash, spark-submit of Spark 3.5, hdfs and JDK 17. What belongs to
the installation is an Airflow Variable, read when a task runs:

  lockstep_jar             lockstep.jar, as `mvn -Pcluster -DskipTests package` packs it; no default
  lockstep_master          Spark's master; yarn by default
  lockstep_spark_defaults  a file for spark-submit's --properties-file; without it, the installation's own
                           spark-defaults.conf, which must then hold what Lockstep needs

What belongs to a run is a param of the DAG, below. docs/pipelines.md tells the rest.
"""

from __future__ import annotations

import json
import logging
import shlex
from datetime import datetime, timedelta, timezone

from airflow import DAG
from airflow.exceptions import AirflowFailException
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

PARAMS = {
    "config": Param(
        "/opt/lockstep/conf/ptb-char-small.conf",
        type="string",
        description="The experiment's HOCON file: an absolute path on the worker, which runs the driver.",
    ),
    "input": Param(
        "hdfs:///lockstep/data/ptb",
        type="string",
        description="data.input: the raw data.",
    ),
    "corpus": Param(
        "hdfs:///lockstep/corpora/ptb-char",
        type="string",
        description="data.corpus: prepared once, then used by every run that names it.",
    ),
    "runs": Param(
        "hdfs:///lockstep/runs/ptb-char-small",
        type="string",
        description="Where runs go: training.output is a directory below it, named after the DAG run's date.",
    ),
    "overrides": Param(
        [],
        type="array",
        items={"type": "string"},
        description="More settings, key=value each: training.seed=2",
    ),
    "max_bpc": Param(
        None,
        type=["null", "number"],
        description="The DAG run fails when the test BPC is above this; empty for no bound.",
    ),
}

# What of evaluate's result is worth a glance.
REPORTED = ("round", "part", "steps", "nll", "bpc", "perplexity", "discriminator_accuracy")

# Airflow takes the last line of standard output and standard error together for the result, and Spark logs its
# shutdown after the command's last line. So standard output is held back until spark-submit is done. The driver
# runs here, in client mode: in cluster mode its standard output, and with it the result, would be elsewhere.
COMMAND_LINE = """\
result=$(spark-submit \\
  --master {{ var.value.get('lockstep_master', 'yarn') | quote }} --deploy-mode client \\
  {{ var.value.get('lockstep_spark_defaults', '') | properties_file }} \\
  --class dev.lockstep.cli.Lockstep {{ var.value.lockstep_jar | quote }} \\
  %s --json --config {{ params.config | quote }} {{ params.overrides | settings }} \\
  --set {{ ('data.input=' + params.input) | quote }} \\
  --set {{ ('data.corpus=' + params.corpus) | quote }} \\
  --set {{ ('training.output=' + params.runs + '/' + ts_nodash) | quote }}) || exit $?
tail -n 1 <<< "$result"
"""

# prepare refuses a corpus that is there. corpus.json tells: a directory without it is no corpus, and prepare then
# says what is wrong with it. Exit status 99 is BashOperator's for a task that is to be skipped.
UNLESS_PREPARED = """\
if hdfs dfs -test -e {{ (params.corpus + '/corpus.json') | quote }}; then
  echo 'the corpus is there already'
  exit 99
fi
"""


def properties_file(path: str) -> str:
    """The option of spark-submit for that file, if there is one."""
    return f"--properties-file {shlex.quote(path)}" if path else ""


def settings(overrides: list[str]) -> str:
    """The options of Lockstep for those overrides."""
    return " ".join(f"--set {shlex.quote(override)}" for override in overrides)


def report(params: dict, ti) -> dict:
    """Tells what evaluate measured, and fails the DAG run, without a retry, if that is too bad."""
    trained = json.loads(ti.xcom_pull(task_ids="train"))
    evaluated = json.loads(ti.xcom_pull(task_ids="evaluate"))
    summary = {"run": trained["output"]}
    summary.update((key, evaluated[key]) for key in REPORTED if key in evaluated)
    for key, value in summary.items():
        logging.info("%s: %s", key, value)
    bound = params["max_bpc"]
    # Not "above": a BPC that is not a number must not pass either.
    if bound is not None and not float(evaluated["bpc"]) <= bound:
        raise AirflowFailException(f"{summary['run']}: the test BPC is {evaluated['bpc']}, but max_bpc is {bound}")
    return summary


with DAG(
    dag_id="lockstep_training",
    description="Professor Forcing on Spark: prepare, train, evaluate, report",
    doc_md=__doc__,
    # By hand or from another DAG; a cron expression where data.input grows.
    schedule=None,
    start_date=datetime(2025, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # Two trainings must not write one run directory, nor two prepares one corpus.
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=2),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=1),
    },
    params=PARAMS,
    # Values from outside reach the shell quoted, and the rendered task shows the command line that ran.
    user_defined_filters={"quote": shlex.quote, "properties_file": properties_file, "settings": settings},
    tags=["lockstep"],
):
    prepare = BashOperator(task_id="prepare", bash_command=UNLESS_PREPARED + COMMAND_LINE % "prepare")
    train = BashOperator(
        task_id="train",
        # With --resume a retry, and clearing the task later, go on from the newest checkpoint.
        bash_command=COMMAND_LINE % "train --resume",
        # prepare may have been skipped.
        trigger_rule="none_failed",
        retries=5,
        do_xcom_push=True,
    )
    evaluate = BashOperator(
        task_id="evaluate",
        bash_command=COMMAND_LINE % "evaluate",
        do_xcom_push=True,
    )
    prepare >> train >> evaluate >> PythonOperator(task_id="report", python_callable=report)
