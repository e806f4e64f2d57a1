using Understudy.Training.Compression;
using Understudy.Training.Encoders;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Distillation;

/// <summary>Makes the small student that a <see cref="StudentStart"/> names.</summary>
internal static class StudentEncoder
{
    /// <summary>Of the narrow layer above what is shared: a quarter of the lead's heads, a sixth of its feed-forward rows.</summary>
    private const int OwnHeads = 1, OwnRows = 256;

    public static EncoderShape Shape(StudentStart start, EncoderShape lead) => start switch
    {
        StudentStart.Layers => lead with { Layers = 1, MaxTokens = EncoderShape.Small.MaxTokens, Stretch = 0 },
        StudentStart.Shared => lead with { Layers = 2, MaxTokens = EncoderShape.Small.MaxTokens, Stretch = 0 },
        _ => EncoderShape.Small with { Vocabulary = lead.Vocabulary },
    };

    /// <summary>An untrained student, as its weights are loaded into.</summary>
    public static TextEncoder Empty(StudentStart start, EncoderShape lead, int labels, double dropout)
    {
        if (start != StudentStart.Shared)
        {
            return new(Shape(start, lead), labels, dropout);
        }

        var student = new TextEncoder(Shape(start, lead), labels, dropout, [new(lead.Heads, lead.FeedForward), new(OwnHeads, OwnRows)]);
        Freeze(student);
        return student;
    }

    /// <summary>Embeddings and the first layer are the lead's, and take no gradient.</summary>
    public static void Freeze(TextEncoder student)
    {
        foreach (var parameter in student.embedding.parameters().Concat(student.layers[0].parameters()))
        {
            parameter.requires_grad = false;
        }
    }

    /// <summary>A student at its start. What it shares with the lead takes no gradient.</summary>
    public static TextEncoder Build(StudentStart start, TextEncoder lead, double dropout)
    {
        var student = Empty(start, lead.Shape, (int)lead.head.bias.shape[0], dropout);
        switch (start)
        {
            case StudentStart.Projected:
                student.ProjectEmbeddings(lead.embedding.weight!);
                break;
            case StudentStart.Principal:
                student.ReduceEmbeddings(lead.embedding.weight!);
                break;
            case StudentStart.Layers:
                LayerTransfer.CopyEnds(lead, student);
                LayerTransfer.CopyLayer(lead.layers[0], student.layers[0]);
                break;
            default:
                Share(lead, student, dropout);
                break;
        }

        return student;
    }

    /// <summary>Numbers that are the lead's own.</summary>
    public static long SharedParameters(TextEncoder student) => student.parameters().Where(parameter => !parameter.requires_grad).Sum(parameter => parameter.numel());

    private static void Share(TextEncoder lead, TextEncoder student, double dropout)
    {
        (int[], int) All(int count) => ([.. Enumerable.Range(0, count)], 0);
        var top = lead.layers[1];
        using var pruned = EncoderPruning.Prune(
            lead,
            [All(lead.Shape.Heads), (EncoderPruning.RankHeads(top), lead.Shape.Heads - OwnHeads)],
            [All(lead.Shape.FeedForward), (EncoderPruning.RankRows(top), lead.Shape.FeedForward - OwnRows)],
            dropout);
        LayerTransfer.CopyEnds(pruned, student);
        LayerTransfer.CopyLayer(pruned.layers[0], student.layers[0]);
        LayerTransfer.CopyLayer(pruned.layers[1], student.layers[1]);
    }
}
