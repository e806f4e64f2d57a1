namespace Understudy.Cli.Shell;

/// <summary>The command cannot do its work, for a reason its user can change: exit code 1.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
