using System.Text.Json;
using System.Text.RegularExpressions;

namespace Understudy.Inference.Sites;

/// <summary>
/// The top of a site's folder in the container <c>edge</c>: one blob that says, for every task, what is to serve. One conditional read finds
/// out that nothing has changed, and one conditional write moves a task.
/// </summary>
public sealed partial record SiteFolder
{
    /// <summary>By task.</summary>
    public IReadOnlyDictionary<string, SiteChannel> Tasks { get; init; } = new Dictionary<string, SiteChannel>();

    /// <summary>What pointers of a site are signed for beside their task: those of another site are worth nothing here.</summary>
    public static string ChannelOf(string site) => $"edge/{site}";

    public static string BlobOf(string site) => $"{site}/site.json";

    public static string PackageBlob(string site, string address) => $"{site}/packages/{address}.json";

    public static string FileBlob(string site, string sha256) => $"{site}/files/{sha256}";

    /// <summary>In the container <c>edge-reports</c>.</summary>
    public static string StatusBlob(string site, string task) => $"{site}/{task}/status.json";

    /// <summary>In the container <c>edge-reports</c>: that there is such a site.</summary>
    public static string PresenceBlob(string site) => $"{site}/presence.json";

    /// <summary>1 to 63 lower-case letters, digits and hyphens.</summary>
    public static bool IsSite(string name) => Name().IsMatch(name);

    /// <exception cref="PackageInvalidException">It is no such blob.</exception>
    public static SiteFolder Read(ReadOnlySpan<byte> written)
    {
        try
        {
            var folder = JsonSerializer.Deserialize<SiteFolder>(written, SiteJson.Options) ?? throw new JsonException("It is null.");
            return folder.Tasks.Values.All(channel => channel?.Current is not null) ? folder : throw new JsonException("A task has no pointer.");
        }
        catch (JsonException error)
        {
            throw new PackageInvalidException($"site.json cannot be read: {error.Message}", error);
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, SiteJson.Options);

    public SiteFolder With(string task, SiteChannel channel) => this with { Tasks = new Dictionary<string, SiteChannel>(Tasks) { [task] = channel } };

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex Name();
}
