namespace Understudy.LocalHost.Durable;

/// <summary>Workflow code awaited a task that its context did not hand out, so nothing durable would ever wake it.</summary>
internal sealed class ForeignAwaitException(string workflow, string instanceId)
    : Exception(
        $"Workflow '{workflow}', instance '{instanceId}': the code awaits something that its WorkflowContext did not hand out "
        + "(for instance Task.Delay, Task.Run, or I/O), which cannot survive a restart. "
        + "Do such work in an activity, and wait for time with WorkflowContext.CreateTimer.");
