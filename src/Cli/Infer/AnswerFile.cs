using System.Formats.Tar;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Infer;

/// <summary>The file that answers go to, which takes the place of one that is there.</summary>
internal static class AnswerFile
{
    /// <summary>Its full path; where it is a link, that of what the link leads to, so that the link stays.</summary>
    /// <exception cref="BadUsageException">It has no name, or what is there is a folder, a pipe or a device.</exception>
    public static string Find(string path)
    {
        if (Path.GetFileName(path).Length == 0 || Directory.Exists(path))
        {
            throw new BadUsageException($"--out: '{path}' is a folder. Name a file.");
        }

        var file = Followed(path);
        var isNameless = file.StartsWith("/proc/", StringComparison.Ordinal) && !File.Exists(file); // what /dev/stdout leads to in a pipeline
        return !isNameless && IsReplaceable(file) ? file : throw new BadUsageException($"--out: '{path}' is a pipe, a device or the like, whose place a file would take. Name a file.");
    }

    /// <summary>A path without the links that end it.</summary>
    public static string Followed(string path) => new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);

    /// <summary>A pipe or a device has no length; an empty file neither, and archives tell them apart without opening them.</summary>
    private static bool IsReplaceable(string file)
    {
        if (new FileInfo(file) is not { Exists: true, Length: 0 })
        {
            return true;
        }

        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            writer.WriteEntry(file, "file");
        }

        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()!.EntryType is TarEntryType.RegularFile;
    }
}
