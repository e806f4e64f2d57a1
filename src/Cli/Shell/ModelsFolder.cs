namespace Understudy.Cli.Shell;

/// <summary>Where tasks and releases are when nobody says.</summary>
internal static class ModelsFolder
{
    private const string Variable = "UNDERSTUDY_MODELS";

    /// <summary>The variable's value, else the nearest <c>models</c> upwards from the current folder, then from the program; else <c>./models</c>.</summary>
    public static string Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        return !string.IsNullOrWhiteSpace(named)
            ? named
            : Upwards(Directory.GetCurrentDirectory()) ?? Upwards(AppContext.BaseDirectory) ?? "models";
    }

    private static string? Upwards(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "models");
            if (Directory.Exists(models))
            {
                return models;
            }
        }

        return null;
    }
}
