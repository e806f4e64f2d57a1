using static TorchSharp.torch;

namespace Understudy.Training.Decoders;

/// <summary>Rows side by side, padded at the end.</summary>
/// <param name="Ids">[B, S] int64: what is read, so without each row's last token.</param>
/// <param name="Positions">[N] int64: the places of [B·S] that have something to predict.</param>
/// <param name="Targets">[N] int64: what is to be predicted there.</param>
internal sealed record TokenBatch(Tensor Ids, Tensor Positions, Tensor Targets)
{
    public static TokenBatch Of(IReadOnlyList<TokenRow> rows)
    {
        var width = rows.Max(row => row.Ids.Length) - 1;
        var ids = new long[rows.Count * width];
        var positions = new List<long>();
        var targets = new List<long>();
        for (var row = 0; row < rows.Count; row++)
        {
            for (var at = 0; at + 1 < rows[row].Ids.Length; at++)
            {
                ids[(row * width) + at] = rows[row].Ids[at];
                if (at + 1 >= rows[row].From)
                {
                    positions.Add((row * width) + at);
                    targets.Add(rows[row].Ids[at + 1]);
                }
            }
        }

        return new(tensor(ids, [rows.Count, width]), tensor(positions.ToArray()), tensor(targets.ToArray()));
    }
}
