namespace Understudy.Workflows.Durable;

/// <summary>Which instances to list.</summary>
/// <param name="Prefix">Only ids that start with this.</param>
/// <param name="Name">Only instances of this workflow.</param>
/// <param name="Status">Only instances in this state.</param>
/// <param name="Limit">At most this many, newest first.</param>
public sealed record WorkflowQuery(string? Prefix = null, string? Name = null, WorkflowStatus? Status = null, int Limit = 100);
