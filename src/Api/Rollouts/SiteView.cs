using Understudy.Inference.Sites;

namespace Understudy.Api.Rollouts;

/// <summary>A site and what it last said.</summary>
/// <param name="Status">Null when it has not said anything of the task.</param>
public sealed record SiteView(string Site, SiteStatus? Status);
