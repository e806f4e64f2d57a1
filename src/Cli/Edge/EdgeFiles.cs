using Understudy.Cli.Shell;

namespace Understudy.Cli.Edge;

/// <summary>Finds the edge agent's program.</summary>
internal static class EdgeFiles
{
    public const string Variable = "UNDERSTUDY_EDGE";

    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string Find() => BuiltProgram.Find("Understudy.Edge.dll", "Edge", Variable);
}
