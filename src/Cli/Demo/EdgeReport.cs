namespace Understudy.Cli.Demo;

/// <summary>What became of the edge site.</summary>
/// <param name="Updated">Whether it serves the release that was rolled out last.</param>
/// <param name="BytesSent">What the last update brought over the line: the first one brings everything, a retrained student only itself.</param>
/// <param name="BytesFull">What it would have been from nothing.</param>
/// <param name="Agreement">The share of mails that the site, cut off, judges as the product with its lead did.</param>
internal sealed record EdgeReport(bool Updated, long BytesSent, long BytesFull, double Agreement);
