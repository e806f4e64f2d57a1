using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Understudy.Hosting;

/// <summary>
/// How a host ends that cannot start as it was asked to: with what is wrong, a line each, and exit code 2.
/// </summary>
public static class StartFailure
{
    public const int ExitCode = 2;

    /// <summary>
    /// Where .NET's host logs that it did not start, at level Error. It throws as well, and the host tells that; what ends a host later is logged there as Critical.
    /// </summary>
    public const string Log = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Ends what has started, before what it uses goes; why the rest did not start is what counts.</summary>
    public static async Task EndAsync(WebApplication app)
    {
        await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
    }

    /// <summary>What to tell whoever started the host; null where they can do nothing about it.</summary>
    /// <param name="exception">What the start ended with.</param>
    /// <param name="isOwn">Whether an exception is one of the host's own, which say what to do.</param>
    /// <param name="addresses">The options that say where it listens.</param>
    public static string? Describe(Exception exception, Func<Exception, bool> isOwn, string addresses = "--urls") => exception switch
    {
        AggregateException several when several.InnerExceptions.Select(one => Describe(one, isOwn, addresses)).ToList() is var problems && !problems.Contains(null) =>
            string.Join(Environment.NewLine, problems),
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        InvalidOperationException when exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => exception.Message, // it names the setting and its value
        IOException { InnerException: AddressInUseException } => $"{addresses}: {exception.Message} Stop what listens there, or choose another address.",
        SocketException => $"{addresses}: {exception.Message}. Choose another address.",
        IOException or UnauthorizedAccessException => exception.Message,
        _ => isOwn(exception) ? exception.Message : null,
    };
}
