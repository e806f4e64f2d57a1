using System.Text.Json;

namespace Understudy.Cli.Tests.Bench;

/// <summary>
/// Recorded answers of three made-up models. Each question has a difficulty; a model that is not up to it scatters its answers, so that
/// agreement tells right from wrong, more or less.
/// </summary>
internal static class RecordedAnswers
{
    public static string Lines(int questions, int seed) => string.Concat(Enumerable.Range(0, questions).Select(i => Line(i, new Random(HashCode.Combine(seed, i))) + "\n"));

    private static string Line(int id, Random random)
    {
        var difficulty = random.NextDouble();
        return JsonSerializer.Serialize(new
        {
            question = $"Question {id}: how many?",
            answer = 7,
            models = new Dictionary<string, object>
            {
                ["small"] = Model(random, skill: 0.6 - difficulty, ways: 2, samples: 6),
                ["middle"] = Model(random, skill: 1.0 - difficulty, ways: 2, samples: 6),
                ["large"] = Model(random, skill: 1.7 - difficulty, ways: 1, samples: 1),
            },
        });
    }

    private static Dictionary<string, object> Model(Random random, double skill, int ways, int samples)
    {
        var right = 1 / (1 + Math.Exp(-8 * skill));
        return Enumerable.Range(0, ways).ToDictionary(
            way => $"way{way}",
            way => (object)new { samples = Enumerable.Range(0, samples).Select(_ => random.NextDouble() < right ? 7 : random.Next(20)).ToArray(), first_text = "It is seven, because three and four are." });
    }
}
