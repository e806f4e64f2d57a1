using System.Globalization;

namespace Understudy.Bench.EdgeSites;

/// <summary>One release's way to all sites. What is "a site" is a mean over the sites.</summary>
/// <param name="What">What the release has that the one before had not.</param>
/// <param name="Updated">Sites that serve it.</param>
/// <param name="Reads">Storage reads of a site for the update; polls that find nothing new are not among them.</param>
/// <param name="Writes">Storage writes of a site for the update.</param>
/// <param name="CloudCalls">Storage calls of the cloud a site: offering the package, and reading reports until the end.</param>
/// <param name="BytesSent">Over the line, a site.</param>
/// <param name="BytesFull">Of the whole package.</param>
internal sealed record EdgeUpdate(
    string Version, string What, int Sites, int Updated, string Outcome, double Seconds, double Reads, double Writes, double CloudCalls, double BytesSent, double BytesFull)
{
    public double Share => BytesSent / BytesFull;

    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{Version} ({What}): {Outcome}, {Updated} of {Sites} sites in {Seconds:0.0} s; a site reads {Reads:0.0} times and writes {Writes:0.0}, the cloud calls storage {CloudCalls:0.0} times for it; {BytesSent:N0} of {BytesFull:N0} bytes ({Share:P1})");
}
