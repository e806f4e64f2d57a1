namespace Understudy.Workflows.Durable;

/// <summary>A failure as it is kept in history: exceptions do not survive a process, these do.</summary>
/// <param name="ErrorType">The exception's full type name.</param>
/// <param name="Message">Its message.</param>
/// <param name="StackTrace">Where it was thrown, when known.</param>
/// <param name="Inner">What caused it, when known.</param>
public sealed record FailureDetails(string ErrorType, string Message, string? StackTrace = null, FailureDetails? Inner = null)
{
    public static FailureDetails From(Exception exception) => exception is StepFailedException step
        ? new(typeof(StepFailedException).FullName!, step.Message, step.StackTrace, step.Details)
        : new(exception.GetType().FullName!, exception.Message, exception.StackTrace, exception.InnerException is { } inner ? From(inner) : null);
}
