using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases.Sharing;

/// <summary>A name in the container that this machine's folder has a copy of; it is the path in the folder too.</summary>
/// <param name="Task">The task.</param>
/// <param name="Channel">Of a channel's pointer; else null.</param>
/// <param name="Version">Of a release's manifest; else null.</param>
/// <param name="File">Of a file of the task; else null.</param>
internal readonly record struct SharedName(string Task, string? Channel, string? Version, string? File)
{
    public const string TaskFile = "task.json";

    private const string Channels = "channels", PointerEnd = ".json";

    /// <summary>Null for all other blobs: the files of releases, edge packages, reports.</summary>
    public static SharedName? Of(string name)
    {
        var parts = name.Split('/');
        if (parts.Length is < 2 or > 3 || !TaskRules.Name().IsMatch(parts[0]))
        {
            return null;
        }

        if (parts.Length == 2)
        {
            return IsTaskFile(parts[1]) ? new(parts[0], null, null, parts[1]) : null;
        }

        return parts switch
        {
            [var task, Channels, var file] => ChannelFiles.All.FirstOrDefault(channel => file == channel + PointerEnd) is { } channel ? new(task, channel, null, null) : null,
            [var task, var version, ReleaseManifest.FileName] => ManifestRules.IsVersion(version) ? new(task, null, version, null) : null,
            _ => null,
        };
    }

    public static string Pointer(string task, string channel) => $"{task}/{Channels}/{channel}{PointerEnd}";

    public static string Manifest(string task, string version) => InRelease(task, version, ReleaseManifest.FileName);

    /// <summary>Written last: a release that has it is whole.</summary>
    public static string Signature(string task, string version) => InRelease(task, version, ReleaseSignature.FileName);

    public static string InRelease(string task, string version, string file) => $"{task}/{version}/{file}";

    /// <summary>Whether a file that lies in a task's folder is shared: not what is hidden or half written.</summary>
    public static bool IsTaskFile(string name) => ManifestRules.IsPlainName(name) && !name.StartsWith('.') && !name.EndsWith(".tmp", StringComparison.Ordinal);
}
