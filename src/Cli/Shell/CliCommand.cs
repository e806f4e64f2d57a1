using System.CommandLine;

namespace Understudy.Cli.Shell;

/// <summary>A command that does something. What its user can cause becomes a message and an exit code; anything else shows its stack trace.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(SharedOptions shared, string name, string description)
        : base(name, description) => SetAction((parsed, cancellationToken) => GuardAsync(shared, parsed, cancellationToken));

    /// <summary>Does the work and returns the exit code.</summary>
    protected abstract Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken);

    private async Task<int> GuardAsync(SharedOptions shared, ParseResult parsed, CancellationToken cancellationToken)
    {
        await Task.Yield(); // until the first pause Ctrl+C ends the process at once, with no chance to clean up
        var screen = new Screen(shared.Surroundings, parsed.GetValue(shared.Json));
        try
        {
            using var invocation = new Invocation(parsed, screen, shared);
            return await RunAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (BadUsageException error)
        {
            screen.Fail(error.Message);
            return CommandLine.BadUsage;
        }
        catch (OperationCanceledException error)
        {
            screen.Fail(cancellationToken.IsCancellationRequested ? "Cancelled." : $"Something was waited for and did not come in time: {error.Message}");
            return CommandLine.Failed;
        }
        catch (Exception error)
        {
            screen.Fail(IsUsers(error) ? error.Message : $"Something went wrong inside Understudy. {error}");
            return CommandLine.Failed;
        }
    }

    /// <summary>Our own exceptions say what to do, and so do those of the file system.</summary>
    internal static bool IsUsers(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException
        || error.GetType().Namespace?.StartsWith("Understudy.", StringComparison.Ordinal) == true;
}
