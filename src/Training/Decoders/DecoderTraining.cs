namespace Understudy.Training.Decoders;

/// <summary>How a language model is trained.</summary>
public sealed record DecoderTraining
{
    /// <summary>For rows as they stand.</summary>
    internal static DecoderTraining Unchanged { get; } = new() { SwapValues = 0 };

    /// <summary>Batches in all.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>So many steps, at the start, read running text only.</summary>
    public int TextFirst { get; init; } = 500;

    /// <summary>One in so many of the later steps reads running text, so that it is not forgotten; 0 for none.</summary>
    public int TextEvery { get; init; } = 8;

    /// <summary>Tokens of a row of running text.</summary>
    public int TextTokens { get; init; } = 128;

    /// <summary>Rows of a batch of running text.</summary>
    public int TextRows { get; init; } = 16;

    /// <summary>Requests of a batch of function calls.</summary>
    public int Requests { get; init; } = 48;

    /// <summary>Chance that a slot's value is replaced by another request's value of the same slot.</summary>
    public double SwapValues { get; init; } = 0.3;

    /// <summary>Whether those are also the values that other intents have for the slot, where they mean the same by it.</summary>
    public bool SwapAcrossIntents { get; init; }

    /// <summary>Chance that a slot's value is replaced by words drawn at random from all values: only copying gets those right. It also teaches that any word may fill any slot, which a later training has to undo.</summary>
    public double RandomValues { get; init; }

    /// <summary>The same for open slots alone, those whose values are hardly ever seen twice: there is nothing to be known about which words fill them.</summary>
    public double RandomOpenValues { get; init; }

    /// <summary>How often a request stands in its prompt.</summary>
    public int Readings { get; init; } = 1;

    /// <summary>From this step on the matrices of the layers are trained by Muon, 0 for throughout; null for AdamW alone, which trains all else in any case.</summary>
    public int? MuonFrom { get; init; }

    /// <summary>The learning rate: reached after the warm-up, held, and falling to nothing in the last part.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Steps in which the rate rises.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>The share of the steps, at the end, in which the rate falls. Before, nothing depends on <see cref="Steps"/>, so that a training can be made longer or shorter while it runs.</summary>
    public double Decay { get; init; } = 0.3;

    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Longest gradient, in the Euclidean norm.</summary>
    public double Clip { get; init; } = 1;

    public double Dropout { get; init; } = 0.1;

    /// <summary>Weight of the teacher's distribution against the right token's, for a model that is distilled.</summary>
    public double SoftTargetShare { get; init; } = 0.8;

    public int Seed { get; init; } = 17;
}
