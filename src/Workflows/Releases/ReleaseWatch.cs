using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Releases;

/// <summary>
/// Looks now and then where other machines have moved channels, and loads what is to serve before a request asks for it. Nothing is looked at
/// until a request has opened the releases.
/// </summary>
public sealed partial class ReleaseWatch(ReleaseCatalog catalog, TimeProvider time, IOptions<SharedReleaseOptions> options, ILogger<ReleaseWatch> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Twice in the time that is promised: one half is for bringing the release and loading it.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.FollowSeconds / 2), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                catalog.Follow();
            }
            catch (Exception error)
            {
                LogNotFollowed(logger, error.Message); // a full disk, too: what serves goes on serving, and the next look may do
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shared releases could not be followed: {Reason}")]
    private static partial void LogNotFollowed(ILogger logger, string reason);
}
