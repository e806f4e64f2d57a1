namespace Understudy.Inference.Cascades;

/// <summary>Totals over a sample, one entry for each level of the <see cref="ThresholdPath"/> (the last entry is scratch).</summary>
internal sealed record LevelSums(int[] Losses, int[] Answered, double[] Cost)
{
    public int Examples { get; set; }
}
