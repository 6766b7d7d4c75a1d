"""Runs the tasks of a DAG file in order, where there is no Airflow: python3 run_dag.py DAG-FILE STATE-FILE [TASK...]

Stands in for as much of Airflow as the DAGs here use, and takes no argument that Airflow would not. The state file,
JSON, holds "params", "variables" and "ts_nodash"; "xcoms" and "tasks" (what became of each) are written to it, so
that a later call can go on. Retries follow at once. Exits with 0 whatever becomes of the tasks.
"""

import importlib.util
import inspect
import json
import re
import subprocess
import sys
import tempfile
import traceback
import types

try:
    import jinja2
except ImportError:
    jinja2 = None


class AirflowException(Exception):
    pass


class AirflowSkipException(AirflowException):
    pass


class AirflowFailException(AirflowException):
    pass


class Param:
    def __init__(self, default=None, description=None, **schema):
        self.value = default
        self.schema = schema


class DAG:
    current = None

    def __init__(
        self,
        dag_id,
        description=None,
        schedule=None,
        start_date=None,
        catchup=True,
        max_active_runs=16,
        default_args=None,
        params=None,
        user_defined_filters=None,
        tags=None,
        doc_md=None,
    ):
        self.dag_id = dag_id
        self.schedule = schedule
        self.catchup = catchup
        self.max_active_runs = max_active_runs
        self.default_args = default_args or {}
        self.params = {name: getattr(param, "value", param) for name, param in (params or {}).items()}
        self.filters = user_defined_filters or {}
        self.tasks = []

    def __enter__(self):
        DAG.current = self
        return self

    def __exit__(self, *_):
        pass


class BaseOperator:
    def __init__(
        self,
        task_id,
        trigger_rule="all_success",
        retries=None,
        retry_delay=None,
        retry_exponential_backoff=None,
        max_retry_delay=None,
        do_xcom_push=True,
    ):
        self.dag = DAG.current
        self.task_id = task_id
        self.trigger_rule = trigger_rule
        given = {
            "retries": retries,
            "retry_delay": retry_delay,
            "retry_exponential_backoff": retry_exponential_backoff,
            "max_retry_delay": max_retry_delay,
        }
        self.retry = {**self.dag.default_args, **{k: v for k, v in given.items() if v is not None}}
        unknown = set(self.retry) - set(given)
        if unknown:
            raise TypeError(f"the stand-in has no default_args {sorted(unknown)}")
        self.do_xcom_push = do_xcom_push
        self.upstream = []
        self.dag.tasks.append(self)

    def __rshift__(self, other):
        other.upstream.append(self)
        return other


class BashOperator(BaseOperator):
    def __init__(self, *, bash_command, **kwargs):
        super().__init__(**kwargs)
        self.bash_command = bash_command

    def execute(self, context, told):
        command = render(self.bash_command, context, self.dag.filters)
        told["command"] = command
        line = ""
        with tempfile.TemporaryDirectory() as folder:
            # As Airflow does: both streams are one.
            process = subprocess.Popen(
                ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder
            )
            for raw in process.stdout:
                line = raw.decode().rstrip()
                print(f"[{self.task_id}] {line}", flush=True)
            process.wait()
        if process.returncode == 99:
            raise AirflowSkipException()
        if process.returncode != 0:
            raise AirflowException(f"exit code {process.returncode}")
        return line


class PythonOperator(BaseOperator):
    def __init__(self, *, python_callable, **kwargs):
        super().__init__(**kwargs)
        self.python_callable = python_callable

    def execute(self, context, told):
        wanted = inspect.signature(self.python_callable).parameters
        return self.python_callable(**{name: context[name] for name in wanted})


class Names(dict):
    """A dictionary whose keys can be written as attributes, as in a template."""

    __getattr__ = dict.__getitem__


class TaskInstance:
    def __init__(self, xcoms):
        self.xcoms = xcoms

    def xcom_pull(self, task_ids):
        return self.xcoms[task_ids]


def render(template, context, filters):
    """The part of Jinja that the DAGs use, which Python's own evaluation covers; Jinja itself, if here, must agree."""

    def evaluate(match):
        expression, *names = [part.strip() for part in match.group(1).split("|")]
        value = eval(expression, {"__builtins__": {}}, context)
        for name in names:
            value = filters[name](value)
        return str(value)

    rendered = re.sub(r"\{\{(.*?)\}\}", evaluate, template)
    if jinja2:
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
        environment.filters.update(filters)
        by_jinja = environment.from_string(template).render(context)
        if by_jinja != rendered:
            raise AssertionError(f"Jinja renders\n{by_jinja}\nand the stand-in\n{rendered}")
    return rendered


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made


def load(path):
    module("airflow", DAG=DAG)
    module(
        "airflow.exceptions",
        AirflowException=AirflowException,
        AirflowSkipException=AirflowSkipException,
        AirflowFailException=AirflowFailException,
    )
    module("airflow.models")
    module("airflow.models.param", Param=Param)
    module("airflow.operators")
    module("airflow.operators.bash", BashOperator=BashOperator)
    module("airflow.operators.python", PythonOperator=PythonOperator)
    spec = importlib.util.spec_from_file_location("dag_file", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return DAG.current


def may_run(task, states):
    upstream = [states[other.task_id] for other in task.upstream if other.task_id in states]
    allowed = {"all_success": {"success"}, "none_failed": {"success", "skipped"}}[task.trigger_rule]
    return all(state in allowed for state in upstream)


def run(task, context):
    """What becomes of a task, with retries."""
    told = {"state": "failed", "tries": 0, "retry": {k: str(v) for k, v in task.retry.items()}}
    while told["tries"] <= task.retry["retries"]:
        told["tries"] += 1
        try:
            result = task.execute(context, told)
            told["state"] = "success"
            if task.do_xcom_push:
                context["ti"].xcoms[task.task_id] = result
            return told
        except AirflowSkipException:
            told["state"] = "skipped"
            return told
        except Exception as e:
            traceback.print_exc()
            told["error"] = str(e)
            if isinstance(e, AirflowFailException):
                return told
    return told


def main(dag_file, state_file, *only):
    with open(state_file) as file:
        state = json.load(file)
    dag = load(dag_file)
    unknown = set(state["params"]) - set(dag.params)
    if unknown:
        raise KeyError(f"the DAG has no params {sorted(unknown)}")
    xcoms = state.setdefault("xcoms", {})
    context = {
        "params": Names({**dag.params, **state["params"]}),
        "var": Names(value=Names(state["variables"])),
        "ts_nodash": state["ts_nodash"],
        "ti": TaskInstance(xcoms),
    }
    state["dag"] = {"schedule": dag.schedule, "catchup": dag.catchup, "max_active_runs": dag.max_active_runs}
    state["order"] = [task.task_id for task in dag.tasks]
    tasks = state["tasks"] = {}
    states = {}
    # Operators are listed upstream first, or this would not find their state.
    for task in dag.tasks:
        if only and task.task_id not in only:
            continue
        tasks[task.task_id] = run(task, context) if may_run(task, states) else {"state": "upstream_failed"}
        states[task.task_id] = tasks[task.task_id]["state"]
    with open(state_file, "w") as file:
        json.dump(state, file)


main(*sys.argv[1:])
