namespace Understudy.Bench.Chaos;

/// <summary>What batches look like after the kills.</summary>
/// <param name="Kills">Kills that struck while a batch was under way.</param>
/// <param name="Batches">Batches that it took for so many kills.</param>
/// <param name="Records">Records in all of them.</param>
/// <param name="Lost">Records without a result.</param>
/// <param name="Duplicated">Results too many.</param>
/// <param name="OutOfOrder">Batches whose results do not stand in the order of their records.</param>
/// <param name="Seconds">How long it took in all, the restarts included.</param>
internal sealed record BatchChaosResult(int Kills, int Batches, int Records, int Lost, int Duplicated, int OutOfOrder, double Seconds)
{
    public static BatchChaosResult None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Adds a batch: what was sent, and what came back, both in their order.</summary>
    public BatchChaosResult With(int kills, IReadOnlyList<string> sent, IReadOnlyList<string> answered)
    {
        var results = answered.CountBy(id => id).ToDictionary();
        return this with
        {
            Kills = Kills + kills,
            Batches = Batches + 1,
            Records = Records + sent.Count,
            Lost = Lost + sent.Count(id => !results.ContainsKey(id)),
            Duplicated = Duplicated + answered.Count - sent.Count(results.ContainsKey),
            OutOfOrder = OutOfOrder + (answered.SequenceEqual(sent) ? 0 : 1),
        };
    }
}
