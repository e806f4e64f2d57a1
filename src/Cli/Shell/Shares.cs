using System.CommandLine;

namespace Understudy.Cli.Shell;

/// <summary>Options whose value is a share strictly between 0 and 1.</summary>
internal static class Shares
{
    private const string Help = "SHARE", Wanted = "a number between 0 and 1, such as 0.01";

    public static Option<double> Option(string name, string description, double value) => Numbers.Option(name, description, Help, value, Wanted, Allows);

    /// <summary>Without a default.</summary>
    public static Option<double?> Optional(string name, string description) => Numbers.Optional<double>(name, description, Help, Wanted, Allows);

    private static bool Allows(double share) => share is > 0 and < 1;
}
