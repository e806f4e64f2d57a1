using Understudy.Hosting;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Storage;

namespace Understudy.LocalHost;

/// <summary>Why a host did not start, where whoever started it can do something about it.</summary>
internal static class StartProblem
{
    /// <summary>What to tell; null for any other failure.</summary>
    public static string? Describe(Exception exception) =>
        StartFailure.Describe(exception, own => own is LocalHostSettingsException or StorageUnavailableException or DurableDatabaseException);
}
