namespace Understudy.Inference.Speculation;

/// <summary>
/// Decides for a task whether to speculate and how far. A proposer goes on as long as the tokens that it alone brings are worth more time
/// than it and they take, bad luck of a few passes aside; one that loses is paused until what it has lost in all is a small share of the time since, and from trial to trial at least twice as long,
/// then tried again. Who has won more than that is soon back. All this is counted in passes over one token, so that a machine that gets slower
/// for everybody changes nothing, and now and then a step is made with nobody ahead, which tells what such a pass takes now. How long a chain and how wide a
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
    private const double MostLost = 4, InHand = 16;

    /// <summary>What everyone may lose, in passes, before it counts: at first nobody knows what will be taken.</summary>
    private const double Credit = 8;

    /// <summary>Proposers that do not pay may cost this share of the time, all together.</summary>
    private const double MostLostShare = 0.02;

    /// <summary>A step that takes longer than so many usual ones was held up by something else.</summary>
    private const double MostUsual = 4;

    private const int ShortestPause = 64, LongestPause = 1 << 16;

    /// <summary>Passes that a token more is priced by.</summary>
    private const int UsualPass = 8;

    /// <summary>Steps with somebody ahead before one with nobody: at first, how many times as many from one to the next, and at most.</summary>
    private const double FirstInterval = 8, IntervalGrowth = 1.25, LongestInterval = 64;

    /// <summary>A pass has waited for its core if it took so many times what such passes take, and is taken to have waited for at most so many passes over one token.</summary>
    private const double Waited = 2.5, LongestWait = 6;

    /// <summary>Steps that the waiting of their passes is a mean over; at first so many are taken to have not waited.</summary>
    private const int WaitWindow = 200, WaitPrior = 20;

    /// <summary>Passes a token below which speculation wins so clearly that a step with nobody ahead is rarely needed.</summary>
    private const double ClearlyWins = 0.75;

    private readonly Lock _lock = new();
    private readonly State[] _states = new State[proposers];
    private double _passesPerToken;
    private double _interval = FirstInterval;
    private int _sinceAlone;
    private double _aloneWait, _treeWait;
    private int _aloneSteps, _treeSteps;

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
                return PassesPerToken * costs.Of(1);
            }
        }
    }

    /// <summary>The least chance of being taken that makes a token in a pass worth its cost.</summary>
    public double NodeWorth => adaptive ? Math.Min(0.9, costs.OfOneMore(UsualPass) / TokenMilliseconds) : 0;

    /// <summary>Whether the next step is to be made with nobody ahead.</summary>
    public bool IsAlone
    {
        get
        {
            lock (_lock)
            {
                return adaptive && _sinceAlone >= _interval;
            }
        }
    }

    private double PassesPerToken => _passesPerToken > 0 ? Math.Min(_passesPerToken, 1) : 1;

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

    /// <summary>
    /// What passes over trees wait lately beyond what passes over one token do, in milliseconds a pass; below zero where they wait less. <see cref="StepCosts"/> hardly counts a pass that waited,
    /// but where passes behind somebody wait more often than others, and on some machines they do, that is a loss like any other.
    /// </summary>
    /// <param name="rows">Tokens of the pass that has just been made.</param>
    internal double Wait(int rows, double milliseconds)
    {
        var one = costs.Of(1);
        lock (_lock)
        {
            if (rows == 1)
            {
                return 0;
            }

            _treeWait += (Waits(milliseconds / one, costs.PassesOf(rows)) - _treeWait) / Math.Min(WaitWindow, WaitPrior + ++_treeSteps);
            return one * (_treeWait - _aloneWait);
        }
    }

    private static double Waits(double passes, double usual) => passes < Waited * usual ? 0 : Math.Min(passes - usual, LongestWait);

    /// <summary>The account of one proposer in one step.</summary>
    /// <param name="milliseconds">What it took itself.</param>
    /// <param name="nodes">What it added to the tree that no proposer before it had.</param>
    /// <param name="brought">Tokens taken that no proposer before it suggested.</param>
    /// <param name="before">Nodes that the tree had before, the root among them.</param>
    /// <param name="rework">Milliseconds that go into computing again what it brought, and that its passes wait.</param>
    internal void Record(int proposer, double milliseconds, int nodes, int brought, int before, double rework = 0)
    {
        var own = milliseconds / costs.Of(1);
        if (nodes == 0 && own < 0.02)
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

            own = state.Usual > 0 ? Math.Min(own, MostUsual * state.Usual) : own;
            state.Usual = state.Usual > 0 ? state.Usual + (Weight * (own - state.Usual)) : own;
            var gain = (brought * PassesPerToken) - own - (rework / costs.Of(1)) - Math.Max(0, costs.PassesOf(before + nodes) - costs.PassesOf(before));
            if (!state.Known)
            {
                (state.Known, state.Balance) = (true, Credit);
            }

            state.Trials++;
            state.Balance = Math.Min(state.Balance + gain, 2 * InHand);
            if (state.Trials == 1)
            {
                return; // in the first step it may have to read what was written without it, which is to be repaid, but comes but once
            }

            state.Lost = Math.Max(0, state.Lost - gain);
            if (state.Trials < ShortestTrial || state.Lost < MostLost || state.Balance > InHand)
            {
                state.Pause = state.Trials >= Trial && state.Lost == 0 && state.Balance > 0 ? 0 : state.Pause;
                return;
            }

            var repaid = -state.Balance * _states.Length / (MostLostShare * PassesPerToken);
            state.Pause = state.Balance >= 0 ? ShortestPause : (int)Math.Clamp(Math.Max(state.Pause * 2, repaid), ShortestPause, LongestPause);
            (state.Paused, state.Trials, state.Balance, state.Lost) = (state.Pause, 0, Math.Max(0, state.Balance), 0);
        }
    }

    /// <summary>One step is done.</summary>
    /// <param name="alone">Whether nobody was ahead, so that it took what a pass over one token takes.</param>
    internal void Record(int tokens, double milliseconds, bool alone)
    {
        lock (_lock)
        {
            var mean = milliseconds / tokens / costs.Of(1);
            _passesPerToken = _passesPerToken == 0 ? mean : _passesPerToken + (Weight * (Math.Min(mean, 2 * _passesPerToken) - _passesPerToken));
            for (var i = 0; i < _states.Length; i++)
            {
                _states[i].Paused = Math.Max(0, _states[i].Paused - tokens);
            }

            if (!alone)
            {
                _sinceAlone++;
            }
            else
            {
                _aloneWait += (Waits(milliseconds / costs.Of(1), 1) - _aloneWait) / Math.Min(WaitWindow, WaitPrior + ++_aloneSteps);
                _interval = _sinceAlone < _interval ? _interval : _passesPerToken < ClearlyWins ? LongestInterval : Math.Min(_interval * IntervalGrowth, LongestInterval);
                _sinceAlone = 0;
            }
        }
    }

    private struct State
    {
        /// <summary>What it takes itself, weighed mean. All of this in passes over one token.</summary>
        public double Usual;

        /// <summary>What it has won in all, or below zero lost and not repaid by a pause yet.</summary>
        public double Balance;

        /// <summary>What it has lost since it last stood best in this trial, its first step aside.</summary>
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
