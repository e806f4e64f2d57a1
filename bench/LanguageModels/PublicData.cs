namespace Understudy.Bench.LanguageModels;

/// <summary>Where public data sets are.</summary>
internal static class PublicData
{
    /// <summary>The folder given, else the one that <c>UNDERSTUDY_DATA</c> names, else <c>shared/data</c> at or above the current folder; null when there is none.</summary>
    /// <exception cref="BadArgumentException">The folder given is not there.</exception>
    public static string? Folder(string? given)
    {
        if (given is not null)
        {
            return Directory.Exists(given) ? given : throw new BadArgumentException($"There is no folder '{given}'. Name one with public data sets after --data.");
        }

        // The same variable names the folder in which 'serve' keeps its blobs.
        if (Environment.GetEnvironmentVariable("UNDERSTUDY_DATA") is { Length: > 0 } named && Directory.Exists(Path.Combine(named, "brown")))
        {
            return named;
        }

        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return null;
    }
}
