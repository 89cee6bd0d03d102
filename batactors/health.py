"""The health of an account in one value, read off what its actors say of themselves."""

from batactors.model.health import ComponentState, HealthReport, HealthStatus
from batactors.wiring import Wiring


def report_health(wiring: Wiring) -> HealthReport:
    """How an account does now. Cheap: it only reads."""
    dispatch = wiring.dedup_actor.dispatch
    unknown = sum(record.is_unknown for record in dispatch.desk.unresolved())
    in_doubt = len(dispatch.book.doubtful) + len(dispatch.strangers.unidentified())
    components = dict(wiring.board.components)
    connection = components.get("connection")
    if connection is None or connection.state is not ComponentState.UP:
        status = HealthStatus.DISCONNECTED
    elif unknown:
        status = HealthStatus.COMMAND_UNCERTAIN
    elif in_doubt or dispatch.catch_up is not None:
        status = HealthStatus.RECONCILE_REQUIRED
    elif any(component.state is not ComponentState.UP for component in components.values()):
        status = HealthStatus.DEGRADED_PRIVATE_STREAM
    else:
        status = HealthStatus.HEALTHY
    return HealthReport(
        account=wiring.name,
        status=status,
        components=components,
        unknown_commands=unknown,
        orders_in_doubt=in_doubt,
        reconnects=max(0, wiring.board.sessions - 1),
        modes=wiring.gate.modes.settings,
    )
