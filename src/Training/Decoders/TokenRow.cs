namespace Understudy.Training.Decoders;

/// <summary>A sequence to learn from.</summary>
/// <param name="Ids">Its tokens.</param>
/// <param name="From">The first token that is to be predicted; those before it are only read.</param>
internal sealed record TokenRow(int[] Ids, int From = 1);
