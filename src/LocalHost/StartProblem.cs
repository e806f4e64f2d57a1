using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Storage;

namespace Understudy.LocalHost;

/// <summary>Why a host did not start, where whoever started it can do something about it.</summary>
internal static class StartProblem
{
    /// <summary>What to tell; null for any other failure.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        AggregateException several when several.InnerExceptions.Select(Describe).ToList() is var problems && !problems.Contains(null) =>
            string.Join(Environment.NewLine, problems),
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        IOException { InnerException: AddressInUseException } taken => $"--urls: {taken.Message} Stop what listens there, or choose another address.",
        LocalHostSettingsException or StorageUnavailableException or DurableDatabaseException or IOException or UnauthorizedAccessException => exception.Message,
        _ => null,
    };
}
