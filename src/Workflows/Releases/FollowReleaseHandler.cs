using Azure.Messaging;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Releases;

/// <summary>
/// Lets this host serve a release at once that another one has promoted, and load it before somebody waits for it. A host that looks at its
/// models folder would notice by itself, but not before the next request.
/// </summary>
internal sealed partial class FollowReleaseHandler(ReleaseCatalog catalog, ILogger<FollowReleaseHandler> logger) : IEventHandler
{
    public string Type => EventTypes.ReleasePublished;

    public Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        var published = EventData.Read<ReleasePublished>(cloudEvent);
        try
        {
            LogServes(logger, published.Task, catalog.Refresh(published.Task));
        }
        catch (Exception exception) when (exception is TaskNotFoundException or TaskInvalidException or ReleaseNotFoundException or ReleaseInvalidException)
        {
            // The release has not come to this host's folder: what serves goes on serving.
            LogNotHere(logger, published.Task, published.Version, exception.Message);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} is served by release {Version}.")]
    private static partial void LogServes(ILogger logger, string task, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Release {Version} of task {Task} cannot be followed here: {Reason}")]
    private static partial void LogNotHere(ILogger logger, string task, string version, string reason);
}
