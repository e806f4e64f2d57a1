namespace Understudy.Training.Corpora;

/// <summary>Where public data sets are.</summary>
public static class PublicData
{
    /// <summary>Names the folder, where it is elsewhere.</summary>
    public const string Variable = "UNDERSTUDY_DATA";

    /// <summary>The folder that <see cref="Variable"/> names if it holds <paramref name="set"/>, else <c>shared/data</c> at or above the current folder; null when there is none.</summary>
    /// <param name="set">A data set that the folder must hold: the same variable names the folder in which the local host keeps its blobs.</param>
    public static string? Folder(string set)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named && Path.Exists(Path.Combine(named, set)))
        {
            return named;
        }

        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (Path.Exists(Path.Combine(data, set)))
            {
                return data;
            }
        }

        return null;
    }
}
