using Microsoft.DurableTask;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>Failures as Durable Functions keeps them, in the port's words.</summary>
internal static class DurableFailure
{
    public static FailureDetails From(TaskFailureDetails details)
        => new(details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? From(inner) : null);
}
