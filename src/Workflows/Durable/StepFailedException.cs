namespace Understudy.Workflows.Durable;

/// <summary>A step (activity or sub-workflow) failed in all its attempts.</summary>
public sealed class StepFailedException(string step, FailureDetails details)
    : Exception($"Step '{step}' failed: {details.ErrorType}: {details.Message}")
{
    /// <summary>The name of the activity or workflow.</summary>
    public string Step { get; } = step;

    /// <summary>The last attempt's failure.</summary>
    public FailureDetails Details { get; } = details;
}
