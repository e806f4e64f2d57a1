namespace Understudy.Inference.Speculation;

/// <summary>
/// Decides for a task whether to speculate and how far. A proposer goes on as long as the tokens that it alone brings are worth more time
/// than it and they take, bad luck of a few passes aside; one that loses is paused until what it has lost in all is a small share of the time since, and from trial to trial at least twice as long,
/// then tried again. Who has won more than that is soon back. How long a chain and how wide a
/// tree become follows from what a token more costs in a pass (<see cref="StepCosts"/>) against the chance that it is taken
/// (<see cref="ProposalAccount"/>). Thread-safe: share one for a task's generations.
/// </summary>
/// <param name="costs">The target's.</param>
/// <param name="proposers">How many there are, cheapest first.</param>
/// <param name="adaptive">False to have every proposer go on whatever it costs, to the full length.</param>
public sealed class SpeculationController(StepCosts costs, int proposers, bool adaptive = true)
{
    private const double Weight = 0.08;

    /// <summary>Steps before which a proposer is not given up, and before which its winning is not believed.</summary>
    private const int ShortestTrial = 3, Trial = 6;

    /// <summary>
    /// A proposer that has lost as much as so many passes over one token since it last stood best is paused, unless it has more than so many
    /// in hand. Winnings are remembered up to twice as many.
    /// </summary>
    private const double MostLostPasses = 4, InHandPasses = 16;

    /// <summary>What everyone may lose, in passes, before it counts: at first nobody knows what will be taken.</summary>
    private const double CreditPasses = 8;

    /// <summary>Proposers that do not pay may cost this share of the time, all together.</summary>
    private const double MostLostShare = 0.02;

    /// <summary>A step that takes longer than so many usual ones was held up by something else.</summary>
    private const double MostUsual = 4;

    private const int ShortestPause = 64, LongestPause = 1 << 16;

    /// <summary>Passes that a token more is priced by.</summary>
    private const int UsualPass = 8;

    private readonly Lock _lock = new();
    private readonly State[] _states = new State[proposers];
    private double _millisecondsPerToken;

    public ProposalAccount Account { get; } = new(proposers);

    public StepCosts Costs => costs;

    /// <summary>Milliseconds a token, lately; beyond measure for who is to go on whatever it costs.</summary>
    public double TokenMilliseconds
    {
        get
        {
            if (!adaptive)
            {
                return double.PositiveInfinity;
            }

            lock (_lock)
            {
                return _millisecondsPerToken > 0 ? Math.Min(_millisecondsPerToken, costs.Of(1)) : costs.Of(1);
            }
        }
    }

    /// <summary>The least chance of being taken that makes a token in a pass worth its cost.</summary>
    public double NodeWorth => adaptive ? Math.Min(0.9, costs.OfOneMore(UsualPass) / TokenMilliseconds) : 0;

    /// <summary>Whether a proposer is to be asked now.</summary>
    public bool IsOn(int proposer)
    {
        if (!adaptive)
        {
            return true;
        }

        lock (_lock)
        {
            return _states[proposer].Paused == 0;
        }
    }

    /// <summary>The account of one proposer in one step.</summary>
    /// <param name="milliseconds">What it took itself.</param>
    /// <param name="nodes">What it added to the tree that no proposer before it had.</param>
    /// <param name="brought">Tokens taken that no proposer before it suggested.</param>
    /// <param name="before">Nodes that the tree had before, the root among them.</param>
    internal void Record(int proposer, double milliseconds, int nodes, int brought, int before)
    {
        if (nodes == 0 && milliseconds < 0.02 * costs.Of(1))
        {
            return; // looked, found nothing new, cost nothing
        }

        lock (_lock)
        {
            ref var state = ref _states[proposer];
            if (state.Paused > 0)
            {
                return; // asked before another generation paused it
            }

            milliseconds = state.Usual > 0 ? Math.Min(milliseconds, MostUsual * state.Usual) : milliseconds;
            state.Usual = state.Usual > 0 ? state.Usual + (Weight * (milliseconds - state.Usual)) : milliseconds;
            var token = _millisecondsPerToken > 0 ? Math.Min(_millisecondsPerToken, costs.Of(1)) : costs.Of(1);
            var gain = (brought * token) - milliseconds - Math.Max(0, costs.Of(before + nodes) - costs.Of(before));
            if (!state.Known)
            {
                (state.Known, state.Balance) = (true, CreditPasses * costs.Of(1));
            }

            state.Trials++;
            state.Balance = Math.Min(state.Balance + gain, 2 * InHandPasses * costs.Of(1));
            if (state.Trials == 1)
            {
                return; // in the first step it may have to read what was written without it, which is to be repaid, but comes but once
            }

            state.Lost = Math.Max(0, state.Lost - gain);
            if (state.Trials < ShortestTrial || state.Lost < MostLostPasses * costs.Of(1) || state.Balance > InHandPasses * costs.Of(1))
            {
                state.Pause = state.Trials >= Trial && state.Lost == 0 && state.Balance > 0 ? 0 : state.Pause;
                return;
            }

            var repaid = -state.Balance * _states.Length / (MostLostShare * token);
            state.Pause = state.Balance >= 0 ? ShortestPause : (int)Math.Clamp(Math.Max(state.Pause * 2, repaid), ShortestPause, LongestPause);
            (state.Paused, state.Trials, state.Balance, state.Lost) = (state.Pause, 0, Math.Max(0, state.Balance), 0);
        }
    }

    /// <summary>One step is done.</summary>
    internal void Record(int tokens, double milliseconds)
    {
        lock (_lock)
        {
            var mean = milliseconds / tokens;
            _millisecondsPerToken = _millisecondsPerToken == 0 ? mean : _millisecondsPerToken + (Weight * (Math.Min(mean, 4 * _millisecondsPerToken) - _millisecondsPerToken));
            for (var i = 0; i < _states.Length; i++)
            {
                _states[i].Paused = Math.Max(0, _states[i].Paused - tokens);
            }
        }
    }

    private struct State
    {
        /// <summary>Milliseconds that it takes itself, weighed mean.</summary>
        public double Usual;

        /// <summary>Milliseconds won in all, or below zero lost and not repaid by a pause yet.</summary>
        public double Balance;

        /// <summary>Milliseconds lost since it last stood best in this trial, its first step aside.</summary>
        public double Lost;

        public int Trials;

        /// <summary>Whether it was ever asked.</summary>
        public bool Known;

        /// <summary>Tokens until the next trial.</summary>
        public int Paused;

        /// <summary>Tokens of the last pause; 0 after a trial that won.</summary>
        public int Pause;
    }
}
