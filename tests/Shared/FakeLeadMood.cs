namespace Understudy.Tests;

/// <summary>How a fake lead feels.</summary>
internal enum FakeLeadMood
{
    Well,

    /// <summary>It takes the question and does not answer.</summary>
    Slow,

    /// <summary>It answers, by turns, with another label, with no JSON, and with JSON of another kind.</summary>
    Garbled,

    /// <summary>429, come again in a while.</summary>
    Busy,

    /// <summary>400, and why.</summary>
    Refusing,

    /// <summary>401, with a part of the key.</summary>
    Locked,

    /// <summary>It takes no temperature, and thinks for 300 tokens before it answers.</summary>
    Thinking,

    /// <summary>500.</summary>
    Broken,
}
