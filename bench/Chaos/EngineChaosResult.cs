namespace Understudy.Bench.Chaos;

/// <summary>What a batch looks like after the kills.</summary>
/// <param name="Kills">Kills that struck while the batch ran.</param>
/// <param name="Records">Records that went in.</param>
/// <param name="Lost">Records without a result.</param>
/// <param name="Duplicated">Records with more than one result.</param>
/// <param name="Seconds">How long it took in all, the restarts included.</param>
internal sealed record EngineChaosResult(int Kills, int Records, int Lost, int Duplicated, double Seconds)
{
    /// <summary>Compares a batch's output with the records 0 to <paramref name="records"/> - 1 that went in.</summary>
    public static EngineChaosResult Of(int kills, int records, IReadOnlyCollection<int> output, double seconds)
    {
        var results = output.CountBy(record => record).ToDictionary();
        return new(
            kills,
            records,
            Enumerable.Range(0, records).Count(record => !results.ContainsKey(record)),
            results.Count(result => result.Value > 1 || result.Key < 0 || result.Key >= records),
            seconds);
    }
}
