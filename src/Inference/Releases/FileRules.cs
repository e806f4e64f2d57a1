using System.Security.Cryptography;

namespace Understudy.Inference.Releases;

/// <summary>Whether a release's files are the ones that its manifest names.</summary>
internal static class FileRules
{
    private const string File = ReleaseManifest.FileName;

    /// <returns>The names of the files whose content is as stated.</returns>
    public static HashSet<string> Check(string folder, IReadOnlyList<ReleaseFile> files, List<string> problems)
    {
        var sound = new HashSet<string>();
        for (var i = 0; i < files.Count; i++)
        {
            var before = problems.Count;
            CheckOne(folder, files[i], $"files[{i}]", problems);
            if (files.Count(f => f.Name == files[i].Name) > 1)
            {
                problems.Add($"{File}: files[{i}].name '{files[i].Name}' stands there more than once. List each file once.");
            }

            if (problems.Count == before)
            {
                sound.Add(files[i].Name);
            }
        }

        return sound;
    }

    public static string Hash(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void CheckOne(string folder, ReleaseFile file, string at, List<string> problems)
    {
        if (!ManifestRules.IsPlainName(file.Name))
        {
            problems.Add($"{File}: {at}.name '{file.Name}' must be relative to the release's folder, with forward slashes and no '.' or '..' parts. Rename it.");
            return;
        }

        var path = Path.Combine(folder, file.Name);
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            problems.Add($"{file.Name}: the file is missing. Copy it into the folder or write the release again.");
            return;
        }

        if (LeavesFolder(folder, file.Name))
        {
            problems.Add($"{file.Name}: the file is a link or stands behind one, which could lead out of the folder. Copy the file itself.");
            return;
        }

        if (info.Length != file.Bytes)
        {
            problems.Add($"{file.Name}: it has {info.Length:N0} bytes, {at}.bytes says {file.Bytes:N0}. It was cut short or changed: copy it again.");
            return;
        }

        var hash = Hash(path);
        if (hash != file.Sha256)
        {
            problems.Add($"{file.Name}: its sha256 is {hash}, {at}.sha256 says '{file.Sha256}'. It was changed after the release was made: copy it again.");
        }
    }

    private static bool LeavesFolder(string folder, string name)
    {
        var path = folder;
        return name.Split('/').Any(part => new FileInfo(path = Path.Combine(path, part)).LinkTarget is not null);
    }
}
