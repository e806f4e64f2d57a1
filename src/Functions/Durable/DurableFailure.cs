using System.Text.RegularExpressions;
using Microsoft.DurableTask;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>Failures as Durable Functions keeps them, in the port's words.</summary>
internal static partial class DurableFailure
{
    /// <param name="failure">A step that was terminated has no details.</param>
    public static FailureDetails From(TaskFailedException failure)
        => failure.FailureDetails is { } details ? From(details) : new("Terminated", failure.Message);

    /// <summary>Of an exception, type, message and inner exception are kept: what a failed step failed of is in its message.</summary>
    public static FailureDetails From(TaskFailureDetails details) => new(
        details.ErrorType,
        details.ErrorMessage,
        details.StackTrace,
        details.InnerFailure is { } inner ? From(inner) : details.ErrorType == typeof(StepFailedException).FullName ? CauseIn(details.ErrorMessage) : null);

    private static FailureDetails? CauseIn(string message)
        => StepMessage().Match(message) is { Success: true, Groups: var parts }
            ? new(parts["type"].Value, parts["message"].Value, Inner: parts["type"].Value == typeof(StepFailedException).FullName ? CauseIn(parts["message"].Value) : null)
            : null;

    /// <summary>As <see cref="StepFailedException"/> writes it.</summary>
    [GeneratedRegex("^Step '[^']*' failed: (?<type>[^: ]+): (?<message>.*)$", RegexOptions.Singleline)]
    private static partial Regex StepMessage();
}
