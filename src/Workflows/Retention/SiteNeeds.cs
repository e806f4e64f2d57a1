using Understudy.Inference.Sites;

namespace Understudy.Workflows.Retention;

/// <summary>What a site needs: what its folder points to and pointed to before, and what it says that it serves.</summary>
/// <param name="Site">Its name.</param>
/// <param name="Folder">What it is to serve.</param>
/// <param name="Status">What it last said of the task; null for nothing.</param>
internal sealed record SiteNeeds(string Site, SiteFolder Folder, SiteStatus? Status)
{
    /// <summary>The versions of a task that are named.</summary>
    public IEnumerable<string> Versions(string task) => Pointers(task).Select(pointer => pointer.Version).Append(Status?.Version).OfType<string>();

    /// <summary>The packages of all tasks that are named.</summary>
    public IEnumerable<string> Packages => Folder.Tasks.Keys.SelectMany(Pointers).Select(pointer => pointer.Manifest).Append(Status?.Package).OfType<string>();

    private IEnumerable<Inference.Releases.ChannelPointer> Pointers(string task) => Folder.Tasks.GetValueOrDefault(task) is not { } channel ? []
        : channel.Previous is { } previous ? [channel.Current, previous] : [channel.Current];
}
