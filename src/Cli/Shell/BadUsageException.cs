namespace Understudy.Cli.Shell;

/// <summary>The command line asks for something that cannot be: exit code 2.</summary>
internal sealed class BadUsageException(string message) : Exception(message);
