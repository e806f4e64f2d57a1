namespace Understudy.Workflows.Durable;

/// <summary>The engine takes no work, or no more; the message says why and what to do. What it has committed goes on when it is back.</summary>
public abstract class WorkflowsAwayException(string message, Exception? cause = null) : Exception(message, cause);
