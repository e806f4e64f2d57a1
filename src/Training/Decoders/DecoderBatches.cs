namespace Understudy.Training.Decoders;

/// <summary>
/// The rows of every step, each a function of the seed and the step alone, so that training can go on from any step. Both corpora are gone
/// through in a new random order each time.
/// </summary>
/// <param name="text">Running text, one token stream.</param>
/// <param name="calls">The requests with their answers; null for a model of running text only.</param>
internal sealed class DecoderBatches(DecoderTraining training, int[] text, IRequestRows? calls)
{
    /// <summary>Of a batch: all there are, where they are fewer than the training asks for.</summary>
    private readonly int _requests = Math.Min(training.Requests, calls?.Count ?? training.Requests);

    private int _order = -1;
    private int[][] _batches = [];

    public IReadOnlyList<TokenRow> At(int step)
    {
        var first = training.TextFirst;
        if (calls is null || step < first)
        {
            return TextRows(step);
        }

        var later = step - first;
        var every = training.TextEvery;
        return every > 0 && later % every == every - 1
            ? TextRows(first + (later / every))
            : CallRows(calls, every > 0 ? later - (later / every) : later);
    }

    private IReadOnlyList<TokenRow> TextRows(int index)
    {
        var length = training.TextTokens + 1;
        var rows = (text.Length / training.TextTokens) - 1;
        var batches = Math.Max(1, rows / training.TextRows);
        var random = new Random(StableSeed(index / batches, 1));
        var phase = random.Next(training.TextTokens);
        var order = Enumerable.Range(0, rows).ToArray();
        random.Shuffle(order);
        return [.. order.Skip(index % batches * training.TextRows).Take(training.TextRows).Select(row => new TokenRow(text.AsSpan((row * training.TextTokens) + phase, length).ToArray()))];
    }

    private IReadOnlyList<TokenRow> CallRows(IRequestRows calls, int index)
    {
        var batches = calls.Count / _requests;
        var epoch = index / batches;
        if (epoch != _order)
        {
            _order = epoch;
            _batches = Plan(calls, new Random(StableSeed(epoch, 2)));
        }

        return [.. _batches[index % batches].Select(request => calls.Row(request, new Random(StableSeed(epoch, 3 + request))))];
    }

    /// <summary>Requests of like length side by side, so that little is padding. Those too few for a batch are left out before that, others each time: the longest would be last.</summary>
    private int[][] Plan(IRequestRows calls, Random random)
    {
        var order = Enumerable.Range(0, calls.Count).ToArray();
        random.Shuffle(order);
        var batches = order.Take(calls.Count / _requests * _requests)
            .Chunk(_requests * 16)
            .SelectMany(window => window.OrderBy(calls.Length).Chunk(_requests))
            .ToArray();
        random.Shuffle(batches);
        return batches;
    }

    /// <summary>Unlike <see cref="HashCode"/>, the same in every process.</summary>
    private int StableSeed(int epoch, int salt) => unchecked((((training.Seed * 486187739) + epoch) * 16777619) ^ (salt * 374761393));
}
