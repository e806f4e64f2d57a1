namespace Understudy.Cli.Demo;

/// <summary>What became of the edge site.</summary>
/// <param name="Updated">Whether it serves the release that was rolled out.</param>
/// <param name="BytesSent">What the update brought over the line.</param>
/// <param name="BytesFull">What the release's package weighs.</param>
/// <param name="Agreement">The share of mails that the site, cut off, judges as the product with its lead did.</param>
internal sealed record EdgeReport(bool Updated, long BytesSent, long BytesFull, double Agreement);
