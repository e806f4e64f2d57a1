using Microsoft.Extensions.Logging;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>The blobs of a run that has ended, well or badly: it has ended so whether or not they can be cleared away.</summary>
internal static partial class FinishedWork
{
    public static async Task ClearAsync(WorkflowContext context)
    {
        try
        {
            await context.CallActivityAsync(WorkflowNames.ClearWork, context.InstanceId, StepRetry.Policy);
        }
        catch (StepFailedException failed)
        {
            LogNotCleared(context.Logger, context.InstanceId, failed.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The run has ended, and its blobs in work/{Folder} could not be cleared away: {Reason}")]
    private static partial void LogNotCleared(ILogger logger, string folder, string reason);
}
