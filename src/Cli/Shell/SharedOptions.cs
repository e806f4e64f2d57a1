using System.CommandLine;

namespace Understudy.Cli.Shell;

/// <summary>The options that every command has, and where commands write.</summary>
internal sealed class SharedOptions(Surroundings surroundings)
{
    public Surroundings Surroundings { get; } = surroundings;

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object and nothing else.", Recursive = true };

    public Option<string?> Models { get; } = new("--models")
    {
        Description = "The models folder (default: UNDERSTUDY_MODELS, else the nearest 'models' folder upwards).",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>A new option that names a task.</summary>
    public static Option<string> Task() => new("--task", "-t") { Description = "The task's name.", HelpName = "NAME", Required = true };
}
