using Understudy.Inference.Releases;

namespace Understudy.Inference.Sites;

/// <summary>What a site is to serve for one task. The pointers' <see cref="ChannelPointer.Manifest"/> is a package's address.</summary>
/// <param name="Current">Signed for the site, see <see cref="SiteFolder.ChannelOf"/>.</param>
/// <param name="Previous">Where it is pointed back to: what it pointed to before, of what was not on trial then; null at first.</param>
public sealed record SiteChannel(ChannelPointer Current, ChannelPointer? Previous = null);
