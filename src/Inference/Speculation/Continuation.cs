using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>Text that was seen before, suggested as it stood there.</summary>
internal static class Continuation
{
    /// <summary>Chances are kept apart by how much matched (0 … 7) and how far behind the match a token stands (0 … 7).</summary>
    private const int Ways = 8;

    /// <summary>What a match is worth before anything is known.</summary>
    private const double Expected = 0.6;

    /// <summary>Adds a chain behind the root, as long as its chance is worth it and the grammar allows it.</summary>
    public static void Add(in ProposalContext context, TokenTree tree, ReadOnlySpan<int> tokens, int match, GrammarCursor cursor)
    {
        var constraint = context.Constraint is null ? null : cursor.CopyFrom(context.Constraint);
        var (node, reached) = (0, 1.0);
        for (var i = 0; i < Math.Min(tokens.Length, Math.Min(context.MaxDepth, context.MaxNodes)); i++)
        {
            if (context.EndTokens.Contains(tokens[i]))
            {
                return;
            }

            var kind = (Math.Min(match, Ways - 1) * Ways) + Math.Min(i, Ways - 1);
            reached *= context.Chance(kind, Expected);
            if (reached < context.NodeWorth || (constraint is not null && !constraint.TryAdvance(tokens[i])))
            {
                return;
            }

            node = tree.Add(node, tokens[i], null, context.Proposer, kind);
        }
    }
}
