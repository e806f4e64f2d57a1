using System.Text.Json;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Sites;

/// <summary>
/// The texts that a package is tested with on arrival. What counts is that they go through every part of the students, since what is compared
/// is the same models on two machines; so texts that fit the task are better, and any will do.
/// </summary>
internal static class SampleTexts
{
    private const int Most = 64;

    private static readonly string[] Common =
    [
        "Hello, could we move our meeting to Thursday at three? I am away on Wednesday.",
        "Your order 48213 has been shipped and should arrive within two working days.",
        "You have won a prize!!! Click here now to claim your free money before midnight.",
        "The minutes of the last board meeting are attached; please send corrections by Friday.",
        "I would like to know why my card was charged twice for the same purchase.",
        "How do I reset my password if I no longer have access to my e-mail?",
        "play something by miles davis", "book a table for two in lisbon tonight", "what is the weather like in tromsø tomorrow",
        "Weekly digest: ten stories about databases, compilers and the people who write them. Unsubscribe at any time.",
        "Грузовик опаздывает на два часа. 荷物は明日届きます。 Die Lieferung verzögert sich.",
        "1234567890 +/- 0.0001 <html><body>&nbsp;</body></html> a\tb",
    ];

    /// <summary>The release's own <c>samples.jsonl</c>, else its task's, each line with a <c>text</c>; else common sentences, the instruction and the labels.</summary>
    /// <param name="folder">The release's.</param>
    /// <param name="release">Loaded.</param>
    public static IReadOnlyList<string> Of(string folder, Release release)
    {
        var own = new[] { Path.Combine(folder, EdgePackage.SamplesFile), Path.Combine(folder, "..", EdgePackage.SamplesFile) }.FirstOrDefault(File.Exists);
        IEnumerable<string> texts = own is null
            ? [.. Common, release.Definition.Instruction, .. release.Manifest.Labels.Take(Most / 2)]
            : File.ReadLines(own).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!);
        return [.. texts.Where(text => !string.IsNullOrWhiteSpace(text)).Distinct().Take(Most)];
    }
}
