using System.Globalization;
using System.Text;

namespace Understudy.Inference.Receipts;

/// <summary>Says in plain words what a receipt says in fields.</summary>
internal static class ReceiptText
{
    public static string Describe(Receipt receipt)
    {
        var text = new StringBuilder();
        Who(receipt, text);
        Why(receipt, text);
        Cost(receipt, text);
        return text.ToString();
    }

    private static void Who(Receipt receipt, StringBuilder text)
    {
        var answered = receipt.Tiers.FirstOrDefault(t => t.Answered);
        text.Append(CultureInfo.InvariantCulture, $"{receipt.AnsweredBy} answered");
        if (answered?.Label is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" \"{answered.Label}\"");
        }

        text.Append(CultureInfo.InvariantCulture, $", {Percent(receipt.Confidence)} sure (release {receipt.Release} of {receipt.Task}).");
    }

    private static void Why(Receipt receipt, StringBuilder text)
    {
        if (receipt.Stages.FirstOrDefault(s => s is { Name: "stack", Outcome: "overridden" }) is { Reason: { Length: > 0 } overrides })
        {
            text.Append(CultureInfo.InvariantCulture, $" {char.ToUpperInvariant(overrides[0])}{overrides[1..]}.");
        }

        var passedOn = receipt.Tiers.Where(t => !t.Answered && t.Confidence < t.Threshold).ToList();
        if (receipt.Degraded)
        {
            var reason = receipt.Stages.LastOrDefault(s => s.Outcome == "failed")?.Reason;
            text.Append(" Take it with care: the lead should have checked this one but could not")
                .Append(reason is null ? "." : $" ({reason.TrimEnd('.')}).");
            return;
        }

        if (passedOn.Count > 0)
        {
            text.Append(' ').AppendJoin("; ", passedOn.Select(Doubt)).Append('.');
        }
        else if (receipt.Tiers.FirstOrDefault(t => t.Answered) is { Threshold: > 0 and <= 1 } sure)
        {
            text.Append(CultureInfo.InvariantCulture, $" That is above the {Percent(sure.Threshold)} it needs, so no larger model was asked.");
        }
    }

    private static string Doubt(ReceiptTier tier)
    {
        var (who, said) = ($"{tier.Tier}{(tier.Joined ? ", with those before it," : "")}", tier.Label is null ? null : $" said \"{tier.Label}\"");
        return tier.Threshold > 1
            ? $"{who}{(said is null ? "" : $"{said} and")} may not answer by itself in this release"
            : $"{who}{(said is null ? "" : $"{said} but")} was only {Percent(tier.Confidence)} sure, short of its {Percent(tier.Threshold)}";
    }

    private static void Cost(Receipt receipt, StringBuilder text)
    {
        if (receipt.Price is > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" It cost {receipt.Price} {receipt.Currency} of the task's budget.");
        }

        text.Append(CultureInfo.InvariantCulture, $" It took {Time(receipt.ModelMilliseconds)} of model time");
        if (receipt.LeadMilliseconds <= 0)
        {
            text.Append('.');
            return;
        }

        var lead = Time(receipt.LeadMilliseconds);
        text.Append(Math.Round(receipt.Saving * 100) switch
        {
            >= 1 => $" where the lead alone takes about {lead}: {Percent(receipt.Saving)} saved.",
            <= -1 => $" where the lead alone takes about {lead}: {Percent(-receipt.Saving)} more, the price of asking first.",
            _ => $", about what the lead alone takes ({lead}).",
        });
    }

    private static string Time(double milliseconds) => milliseconds switch
    {
        < 0.001 => "under a microsecond",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds * 1000:0} µs"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
    };

    // Rounding must not turn "almost sure" into "100 % sure".
    public static string Percent(double share) => share switch
    {
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %"),
        > 0.9995 => "over 99.9 %",
        > 0.99 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 1000) / 10:0.0} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %"),
    };
}
