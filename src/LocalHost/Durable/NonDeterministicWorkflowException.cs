namespace Understudy.LocalHost.Durable;

/// <summary>On replay, a workflow's code did something else than its history says.</summary>
internal sealed class NonDeterministicWorkflowException(string workflow, string instanceId, long index, string history, string code)
    : Exception(
        $"Workflow '{workflow}', instance '{instanceId}': the code does not follow its own history. "
        + $"At history index {index}, history says: {history}; the code now: {code}. "
        + "Either the code was changed while this instance was under way, or it reads something that differs between runs "
        + "(a clock, random numbers, configuration, the order of a dictionary). "
        + "Give changed code a new workflow name and let old instances finish on the old code, "
        + "read such things in an activity, and start this instance again.");
